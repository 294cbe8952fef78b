// The SDK as most programs meet it: header-only, under their own warnings. clang-tidy reads the headers through here.
#include <hearth/hearth.hpp>
