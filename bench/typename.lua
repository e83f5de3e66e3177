-- wrk: the smallest search. Arguments: token
function init(args)
  wrk.method = "POST"
  wrk.headers["authorization"] = "Bearer " .. args[1]
  wrk.headers["content-type"] = "application/json"
  wrk.body = '{"query":"{__typename}"}'
end
