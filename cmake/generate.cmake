# Everything made from spec/ (tools/generate.py): C tables under build/<preset>/gen, the OpenAPI document. Never in git.
set(GENERATED ${CMAKE_BINARY_DIR}/gen)
file(GLOB_RECURSE spec_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/spec/*)
file(GLOB generators CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/generate.py ${CMAKE_SOURCE_DIR}/tools/gen_*.py
  ${CMAKE_SOURCE_DIR}/tools/resource_api.py ${CMAKE_SOURCE_DIR}/tools/body_rules.py)
set(GENERATED_SOURCES_server ${GENERATED}/server/routes.c)     # every handler: only this room links them all
set(GENERATED_SOURCES_api_rest ${GENERATED}/api/rest/openapi.c)
# Ninja must know the headers as made here: else it compares their age before they are made, and what includes them is
# compiled one build too late.
set(generated_headers api/rest/routes.h api/search/sdl.inc domain/catalog/hooks.h domain/catalog/rows.h domain/catalog/tables.h
  domain/event/types.def domain/report/columns.h domain/report/copies.inc domain/report/paths.inc domain/report/tables.inc
  domain/report/words.inc server/demo_rows.def)
list(TRANSFORM generated_headers PREPEND ${GENERATED}/)
add_custom_command(OUTPUT ${GENERATED}/stamp
  BYPRODUCTS ${GENERATED_SOURCES_server} ${GENERATED_SOURCES_api_rest} ${generated_headers}
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/generate.py ${CMAKE_SOURCE_DIR}/spec ${GENERATED}
  COMMAND ${CMAKE_COMMAND} -E touch ${GENERATED}/stamp
  DEPENDS ${spec_files} ${generators} ${CMAKE_SOURCE_DIR}/CMakeLists.txt VERBATIM)
add_custom_target(generate DEPENDS ${GENERATED}/stamp)
