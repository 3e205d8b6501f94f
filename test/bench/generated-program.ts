/** A program of about so many lines: five for each resource, and a tenth of them classes and functions. */
export function generated(lines: number): string {
  const parts = ['import "fmt"\n'];
  const definitions = Math.floor(lines / 100);
  for (let index = 0; index < definitions; index++) {
    parts.push(`class c${index}($name, $n int) {
	test "\${name}" {
		stringptr => fmt.printf("%s %d", $name, $n),
	}
}
func f${index}($x) {
	$x + ${index}
}
include c${index}("included ${index}", f${index}(${index}))
`);
  }
  const resources = Math.floor((lines - definitions * 9) / 5);
  for (let index = 0; index < resources; index++) {
    parts.push(`$v${index} = "value \${hostname} ${index}"
test "resource ${index}" {
	stringptr => $v${index},
	int64ptr => ${index} * 2 + 1,
}
`);
  }
  return parts.join("");
}
