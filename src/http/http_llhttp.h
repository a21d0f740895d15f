/* llhttp's header, made to live beside ours.
 *
 * Its enumerators HTTP_GET, HTTP_POST … number the methods; ours (http_request.h) are bits. Only
 * the parser needs both, so llhttp's get another name while its header is read. */
#pragma once

#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_POST    LLHTTP_POST
#define HTTP_PUT     LLHTTP_PUT
#define HTTP_DELETE  LLHTTP_DELETE
#define HTTP_PATCH   LLHTTP_PATCH
#define HTTP_OPTIONS LLHTTP_OPTIONS
#define HTTP_TRACE   LLHTTP_TRACE
#define HTTP_CONNECT LLHTTP_CONNECT

#include <llhttp.h>

#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_POST
#undef HTTP_PUT
#undef HTTP_DELETE
#undef HTTP_PATCH
#undef HTTP_OPTIONS
#undef HTTP_TRACE
#undef HTTP_CONNECT

#if LLHTTP_VERSION_MAJOR < 9 // later ones have no other mode
#if !LLHTTP_STRICT_MODE
#error "llhttp must be compiled and included with LLHTTP_STRICT_MODE=1"
#endif
#endif
