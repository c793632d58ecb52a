# Fetches what package-lock.json names into TO, with npm; DEV=ON the tools of the tests, too. Run by bundle.cmake.
file(MAKE_DIRECTORY "${TO}")
file(COPY "${FROM}/package.json" "${FROM}/package-lock.json" DESTINATION "${TO}")
set(without --omit=dev)
if(DEV)
    set(without)
endif()
execute_process(
    COMMAND "${NPM}" ci ${without} --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
    WORKING_DIRECTORY "${TO}" RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(failed)
    message(FATAL_ERROR "npm could not fetch what the page of `mailquake report` is bundled with:\n${said}\n"
        "With a network this works when called again; without one, configure with -DMAILQUAKE_PAGE=OFF and do without `report`.")
endif()
file(TOUCH "${TO}/.installed")
