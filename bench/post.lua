-- wrk: durable writes: a POST of a site with a name of its own, and for each a DELETE of an earlier one, so that the list
-- does not grow to its limit while we measure. Arguments: token, multimedia profile
local thread_count = 0
function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
end
function init(args)
  n, ids = 0, {}
  start = string.gsub(os.time() .. os.clock(), "%.", "-")
  wrk.headers["authorization"] = "Bearer " .. args[1]
  wrk.headers["content-type"] = "application/json"
  profile = args[2]
end
function request()
  if #ids > 0 then
    return wrk.format("DELETE", wrk.path .. "/" .. table.remove(ids))
  end
  n = n + 1
  return wrk.format("POST", nil, nil, '{"name":"Bench ' .. number .. "-" .. start .. "-" .. n .. '","active":true,"multimediaProfileId":"' .. profile .. '"}')
end
function response(status, headers, body)
  if status == 200 or status == 201 then
    table.insert(ids, string.match(body, '"id":"([^"]+)"'))
  end
end
