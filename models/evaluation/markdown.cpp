// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/markdown.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace canto {

using nlohmann::json;

std::string printed(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    const int size = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::string text(static_cast<std::size_t>(size), '\0');
    std::vsnprintf(text.data(), text.size() + 1, format, again);
    va_end(again);
    return text;
}

std::string fixed(double value, int decimals) { return printed("%.*f", decimals, value); }

double number(const json& object, std::string_view path) {
    const json* at = &object;
    while (!path.empty() && at->is_object()) {
        const auto key = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), key.size() + 1));
        const auto found = at->find(std::string(key));
        if (found == at->end()) {
            return 0;
        }
        at = &*found;
    }
    return path.empty() && at->is_number() ? at->get<double>() : 0;
}

std::string word(const json& object, const char* key) { return object.value(key, std::string()); }

void Markdown::beginBlock() {
    if (!m_text.empty()) {
        m_text += '\n';
    }
}

void Markdown::writeRow(const std::vector<std::string>& cells) {
    m_text += '|';
    for (const auto& cell : cells) {
        m_text += ' ' + cell + " |";
    }
    m_text += '\n';
}

void Markdown::heading(int level, const std::string& title) {
    beginBlock();
    m_text += std::string(static_cast<std::size_t>(level), '#') + ' ' + title + '\n';
}

void Markdown::paragraph(const std::string& text) {
    beginBlock();
    m_text += text + '\n';
}

void Markdown::table(std::vector<std::string> titles, std::vector<Figure> figures,
                     const std::vector<std::string>& more) {
    m_figures = std::move(figures);
    for (const Figure& figure : m_figures) {
        titles.emplace_back(figure.title);
    }
    titles.insert(titles.end(), more.begin(), more.end());
    beginBlock();
    writeRow(titles);
    m_text += '|';
    for (std::size_t i = 0; i < titles.size(); ++i) {
        m_text += "---|";
    }
    m_text += '\n';
}

void Markdown::row(std::vector<std::string> cells, const json& object,
                   const std::vector<std::string>& more) {
    for (const Figure& figure : object.is_object() ? m_figures : std::vector<Figure>()) {
        const double value = number(object, figure.path);
        const bool percent = figure.unit == Figure::Unit::Percent;
        cells.push_back(fixed(percent ? 100 * value : value, figure.decimals) +
                        (percent ? " %" : ""));
    }
    cells.insert(cells.end(), more.begin(), more.end());
    writeRow(cells);
}

} // namespace canto
