package main

import (
	"watchfloor/data"
	"watchfloor/ui/cli"
)

// glfwVersion is that of the C code in the module of GLFW's binding; a test reads its
// header.
const glfwVersion = "3.4.0"

// carried is the C code that Go modules bring along: the list of modules does not name it.
func carried() []cli.Carried {
	sqlite := data.SQLiteVersion()
	return []cli.Carried{
		{Name: "sqlite", Version: sqlite, CPE: "cpe:2.3:a:sqlite:sqlite:" + sqlite + ":*:*:*:*:*:*:*", Module: "github.com/mattn/go-sqlite3"},
		{Name: "glfw", Version: glfwVersion, CPE: "cpe:2.3:a:glfw:glfw:" + glfwVersion + ":*:*:*:*:*:*:*", Module: "github.com/go-gl/glfw/v3.4/glfw"},
	}
}
