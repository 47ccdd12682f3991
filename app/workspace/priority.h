// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto::app {

/// Makes the calling thread, and the threads it starts from now on, run at lower priority than all
/// others: what works for minutes must not be heard or felt. There is no inverse projection for the
/// thread.
/// @param steps  0 to 19, as `nice`. Does nothing where the system refuses.
void lowerPriority(int steps);

} // namespace canto::app
