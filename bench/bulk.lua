-- wrk: the same bulk request again and again. Arguments: token, file with the body
function init(args)
  local file = io.open(args[2])
  wrk.method = "PATCH"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["authorization"] = "Bearer " .. args[1]
  wrk.headers["content-type"] = "application/json"
end
