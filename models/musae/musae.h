#pragma once

#include "models/common/registry.h"

namespace canto::models::musae {

/// Line of the registry.
Architecture architecture();

} // namespace canto::models::musae
