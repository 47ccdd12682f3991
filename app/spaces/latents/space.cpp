// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/latents/space.h"

namespace canto {

Space latentsSpace() {
    Space space;
    space.id = kLatentsSpace;
    space.title = "My latents";
    space.about = "Latents of other programs, with their sound";
    return space;
}

} // namespace canto
