#!/bin/sh
# linked.sh LIBRARY...: no static library that a run is made of may call a function of libm that rounds as it pleases: such last
# bits differ between C libraries, and between processors with and without fused multiply-add. sqrt, floor and the like are exact
# everywhere. Our own stand in sim/base/elementary.hpp, trigonometry.hpp and special_functions.hpp.
[ $# -gt 0 ] || { echo "no library is given: nothing would be looked at" >&2; exit 1; }
inexact='(__)?(exp(2|10|m1)?|log(2|10|1p|b)?|pow|sin|cos|sincos|tan|a(sin|cos|tan)h?|atan2|(sin|cos|tan)h|erfc?|[lt]?gamma|cbrt|hypot|[jy][01n])(f|l|f32x?|f64x?|f128)?(_r|_finite)?'
wrong=0
for library; do
    symbols=$(nm -u "$library") || { echo "$library cannot be read" >&2; exit 1; }
    [ -n "$symbols" ] || { echo "$library needs no symbol at all: it cannot be whole" >&2; exit 1; }
    found=$(printf '%s\n' "$symbols" | sed -n 's/^ *U //p' | sed 's/@.*//' | grep -Ex "$inexact" | sort -u | tr '\n' ' ')
    if [ -n "$found" ]; then
        echo "${library##*/} calls libm: $found" >&2
        wrong=1
    fi
done
exit $wrong
