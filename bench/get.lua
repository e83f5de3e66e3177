-- wrk: an authenticated GET. Arguments: token
function init(args)
  wrk.headers["authorization"] = "Bearer " .. args[1]
end
