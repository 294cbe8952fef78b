#ifndef HEARTH_IO_HPP
#define HEARTH_IO_HPP

/// The same machines driven by sockets: transports, the host's client, the guest's service.

#include <hearth/io/any_connector.hpp>
#include <hearth/io/any_stream.hpp>
#include <hearth/io/driver.hpp>
#include <hearth/io/translate.hpp>
#include <hearth/net/any_handler.hpp>
#include <hearth/net/net.hpp>

#endif
