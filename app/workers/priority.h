#pragma once

namespace canto::app {

/// Makes the calling thread, and the threads it starts from now on, give way to all others: what
/// works for minutes must not be heard or felt. There is no way back for the thread.
/// @param steps  0 to 19, as `nice`. Does nothing where the system refuses.
void giveWay(int steps);

} // namespace canto::app
