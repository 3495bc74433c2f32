"""What people see of the hub in a browser: the control room, and one page for each system, where its testers carry a run through.

The pages only read where a run stands (`hub.desk.Desk`) and hand in answers; who waits for these follows the log. So nothing
is lost when a browser is closed, or a worker or the hub is killed.
"""
