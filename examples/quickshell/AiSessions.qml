import QtQuick
import Quickshell.Io

// For a bar: the number of sessions behind an icon; it spins while something works.
Text {
	id: root

	property var shown: ({ text: "", tooltip: "", "class": "empty" })
	readonly property var colors: ({
		attention: "#f38ba8",
		working: "#89b4fa",
		completed: "#a6e3a1"
	})

	visible: shown.text !== ""
	text: shown.text
	color: colors[shown["class"]] ?? "#7f849c"
	textFormat: Text.StyledText

	Process {
		running: true
		command: ["otel-ai-monitor", "watch", "--format", "waybar"]
		stdout: SplitParser {
			onRead: line => root.shown = JSON.parse(line)
		}
	}

	Process {
		id: focusSession
		command: ["otel-ai-monitor", "focus"]
	}

	Process {
		id: acknowledge
		command: ["otel-ai-monitor", "ack"]
	}

	MouseArea {
		anchors.fill: parent
		acceptedButtons: Qt.LeftButton | Qt.RightButton
		onClicked: event => {
			(event.button === Qt.RightButton ? acknowledge : focusSession).running = true;
		}
	}
}
