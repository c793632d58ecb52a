#include "models/report/page.hpp"

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

/// Nothing is loaded, from wherever; scripts and styles are those of the page itself.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

}  // namespace

std::string html_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    return out;
}

std::string script_safe(const nlohmann::ordered_json& data) {
    const std::string text = data.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {   // these stand in strings alone, where JSON knows them by number
        if (c == '<') out += "\\u003c";
        else if (c == '>') out += "\\u003e";
        else if (c == '&') out += "\\u0026";
        else out += c;
    }
    return out;
}

std::string page_html(const std::string& title, const std::string& fallback, const nlohmann::ordered_json& data, const PageBundle& bundle) {
    MQ_CHECK(!bundle.script.empty() && !bundle.style.empty(), "the page has its program and its styles");
    std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"" + std::string(kPolicy) + "\">\n";
    out += "<link rel=\"icon\" href=\"data:,\">\n<title>" + html_text(title) + "</title>\n<style>\n";
    out += bundle.style;
    out += "\n</style>\n</head>\n<body>\n<div id=\"page\"></div>\n<noscript>\n<pre>\n" + html_text(fallback) + "</pre>\n</noscript>\n";
    out += "<script type=\"application/json\" id=\"data\">" + script_safe(data) + "</script>\n<script>\n";
    out += bundle.script;
    out += "\n</script>\n</body>\n</html>\n";
    return out;
}

}  // namespace mailquake
