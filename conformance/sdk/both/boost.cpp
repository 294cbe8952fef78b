#include "both/conversation.hpp"

std::string converse_on_boost_asio() { return both::conversation(); }
