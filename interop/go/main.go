// Small programs on the unmodified Go client, driven by the interop tests: the same arguments (`name=value`) and the
// same JSON lines as the Java programs beside them.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/apache/rocketmq-client-go/v2/rlog"
)

func main() {
	rlog.SetLogLevel("error")
	if len(os.Args) < 2 {
		fatal(fmt.Errorf("usage: interop send|consume|transact name=value ..."))
	}
	arguments := parse(os.Args[2:])
	var err error
	switch os.Args[1] {
	case "send":
		err = send(arguments)
	case "consume":
		err = consume(arguments)
	case "transact":
		err = transact(arguments)
	default:
		err = fmt.Errorf("unknown program %s", os.Args[1])
	}
	if err != nil {
		fatal(err)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

type arguments map[string]string

func parse(args []string) arguments {
	parsed := arguments{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		parsed[name] = value
	}
	return parsed
}

func (a arguments) text(name, otherwise string) string {
	if value, ok := a[name]; ok {
		return value
	}
	return otherwise
}

func (a arguments) number(name string, otherwise int) int {
	if value, err := strconv.Atoi(a[name]); err == nil {
		return value
	}
	return otherwise
}
