// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

// How the window calls functions of models/ without linking to LibTorch. Its libraries take longer
// to load than all the rest of the start; with them, the first map came after 1.4 s instead of 0.5.
//
// The networks are a shared library of their own, cantograph-networks.so. For each function in it
// that the window calls, make_entries writes one of the same name, which jumps to where the real
// one is; the first call loads the library. Only functions can be reached in this way, no data: the
// few files of models/ without LibTorch that define tables of virtual functions or types
// (canto_models_base) are linked to the window itself. What the library needs of core it takes from
// the program, which exports its symbols: each thing exists once.

extern "C" {

/// Written by make_entries: the names of the functions, and where they are once they are known.
extern const char* const cantoEntryNames[];
extern void* cantoEntries[];
extern const std::size_t cantoEntryCount;

/// Called by an entry that is not known yet. Ends the process with a message when the library
/// cannot be loaded.
void cantoLoadNetworksOrEnd();
}
