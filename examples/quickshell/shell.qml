import QtQuick
import Quickshell

PanelWindow {
	anchors {
		top: true
		left: true
		right: true
	}
	implicitHeight: 32
	color: "#1e1e2e"

	AiSessions {
		anchors {
			right: parent.right
			rightMargin: 12
			verticalCenter: parent.verticalCenter
		}
	}
}
