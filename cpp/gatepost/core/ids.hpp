#pragma once
#include "gatepost/core/ascii.hpp"
