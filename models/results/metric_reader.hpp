// Reads the metrics of expectations, sweeps and searches (models/expect) from what a run has stored: figures with their
// labels, and distributions. Nothing else is looked at, so that a new metric asks for no new run.
//
// Rules: without a row that matches there are no samples, which is never a zero. A figure that rests on copies still under
// way is a lower bound: quantiles and maxima that would be others if those never arrived, means as soon as there is one, a
// recovery or a drain that the run did not see. A quantile or maximum that falls on lost mail is infinite. A quotient is a lower bound if its numerator is one; by a lower bound, or
// by zero, it is not known.
#pragma once

#include <memory>

#include "models/expect/expectation.hpp"
#include "sim/experiment/subject.hpp"

namespace mailquake {

[[nodiscard]] std::shared_ptr<const Metric> make_metric(Measure measure);

}  // namespace mailquake
