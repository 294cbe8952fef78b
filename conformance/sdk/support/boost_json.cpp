// The bodies of Boost.JSON, once per program that reads the golden vectors.

#include <boost/json/src.hpp>
