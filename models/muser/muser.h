#pragma once

#include "models/common/registry.h"

namespace canto::models::muser {

Architecture architecture();

} // namespace canto::models::muser
