# Everything made from spec/ (tools/generate.py): C tables under build/<preset>/gen, the OpenAPI document. Never in git.
set(GENERATED ${CMAKE_BINARY_DIR}/gen)
file(GLOB_RECURSE spec_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/spec/*)
file(GLOB generators CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/generate.py ${CMAKE_SOURCE_DIR}/tools/gen_*.py)
set(GENERATED_SOURCES_server ${GENERATED}/server/routes.c)     # every handler: only this room links them all
set(GENERATED_SOURCES_api_rest ${GENERATED}/api/rest/openapi.c)
add_custom_command(OUTPUT ${GENERATED}/stamp
  BYPRODUCTS ${GENERATED_SOURCES_server} ${GENERATED_SOURCES_api_rest}
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/generate.py ${CMAKE_SOURCE_DIR}/spec ${GENERATED}
  COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED}/stamp
  DEPENDS ${spec_files} ${generators} ${CMAKE_SOURCE_DIR}/CMakeLists.txt VERBATIM)
add_custom_target(generate DEPENDS ${GENERATED}/stamp)
