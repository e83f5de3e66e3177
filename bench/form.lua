-- wrk: POSTs of a form. Argument: the body
function init(args)
  wrk.method = "POST"
  wrk.body = args[1]
  wrk.headers["content-type"] = "application/x-www-form-urlencoded"
end
