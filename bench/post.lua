-- wrk: a durable POST of one site with a name of its own. Arguments: token, multimedia profile
local thread_count = 0
function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
end
function init(args)
  n = 0
  start = os.time() .. os.clock()
  wrk.method = "POST"
  wrk.headers["authorization"] = "Bearer " .. args[1]
  wrk.headers["content-type"] = "application/json"
  profile = args[2]
end
function request()
  n = n + 1
  local name = string.gsub("Bench " .. number .. "-" .. start .. "-" .. n, "%.", "-")
  return wrk.format(nil, nil, nil, '{"name":"' .. name .. '","active":true,"multimediaProfileId":"' .. profile .. '"}')
end
