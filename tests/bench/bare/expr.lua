-- expr.lua - the same expression in Lua: evaluations a CPU second, of one function or of
-- many in turn.
local n, functions = tonumber(arg[1]), tonumber(arg[2])
local f, v, yes = {}, {}, 0
for i = 0, functions - 1 do
	f[i] = load("local a, b, c = ... return a * 0.5 + b > 10 and c")
end
for i = 0, 1023 do
	v[i] = i % 23
end
local one = f[0]
local start = os.clock()
if functions == 1 then
	for i = 1, n do
		local k = i & 1023
		if one(v[k], v[(k + 1) & 1023], true) then yes = yes + 1 end
	end
else
	for i = 1, n do
		local k = i & 1023
		if f[k](v[k], v[(k + 1) & 1023], true) then yes = yes + 1 end
	end
end
print(n / (os.clock() - start))
