#include "both/conversation.hpp"

std::string converse_on_asio() { return both::conversation(); }
