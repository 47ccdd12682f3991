// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a fuzz target gives to libFuzzer (preset fuzz) and to mutate.cpp, which needs no clang.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

/// Good files from which the mutants are made, at least one.
std::vector<std::string> fuzzSeeds();
