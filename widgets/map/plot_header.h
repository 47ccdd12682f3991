#pragma once

// QCustomPlot's header declares its signals with the keywords that our code switches off
// (QT_NO_KEYWORDS); they exist while it is read.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#include <qcustomplot.h>
#undef signals
#undef slots
