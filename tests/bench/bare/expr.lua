-- expr.lua - the same expression in Lua: evaluations a CPU second.
local n = tonumber(arg[1])
local f = load("local a, b, c = ... return a * 0.5 + b > 10 and c")
local v, yes = {}, 0
for i = 0, 1023 do
	v[i] = i % 23
end
local start = os.clock()
for i = 1, n do
	local k = i & 1023
	if f(v[k], v[(k + 1) & 1023], true) then yes = yes + 1 end
end
print(n / (os.clock() - start))
