"""The printers that take raw ZPL, by how they are connected: TCP, serial port, USB device."""

from __future__ import annotations

from pathlib import Path

from devices.port import failure_text
from devices.printerlinks import Link, SerialLink, TcpLink, UsbLink, trouble
from devices.printing import NotSent
from devices.rawprinter import RawPrinter, Status
from devices.said import Said


class TcpPrinter(RawPrinter):
    """A printer's port 9100, one connection a job.

    Where it tells no status, a job counts as taken only when the printer read everything and closed its side.
    `await_close=False` is for print servers that never close; then only the scan of the label proves anything.
    """

    def __init__(
        self,
        host: str,
        port: int = 9100,
        connect_timeout: float = 2.0,
        write_timeout: float = 10.0,
        *,
        await_close: bool = True,
        name: str | None = None,
        status: Status = "auto",
        answer_timeout: float = 0.4,
        total_timeout: float = 180.0,
        mute_for: float = 300.0,
    ) -> None:
        if not 0 < port < 65536:
            raise ValueError(f"port {port} of printer {host} is not between 1 and 65535")
        self.host = host
        self.port = port
        self.connect_timeout = connect_timeout
        self.await_close = await_close
        super().__init__(
            self._connect,
            f"{host}:{port}",
            name=name,
            status=status,
            write_timeout=write_timeout,
            answer_timeout=answer_timeout,
            total_timeout=total_timeout,
            mute_for=mute_for,
        )

    def _connect(self) -> Link:
        try:
            return TcpLink(self.host, self.port, self.connect_timeout, self.await_close)
        except (OSError, UnicodeError) as error:
            raise NotSent(
                Said(
                    "The printer at {where} can't be reached: {why}. Check its power, its cable and its address.",
                    where=self.where,
                    why=trouble(error),
                )
            ) from error


class SerialPrinter(RawPrinter):
    """A printer on a serial port (a path or a pyserial URL), opened for each job."""

    def __init__(
        self,
        url: str,
        baudrate: int = 9600,
        write_timeout: float = 10.0,
        *,
        xonxoff: bool = False,
        rtscts: bool = False,
        name: str | None = None,
        status: Status = "auto",
        answer_timeout: float = 0.4,
        total_timeout: float = 180.0,
        mute_for: float = 300.0,
    ) -> None:
        self.url = url
        self.baudrate = baudrate
        self.xonxoff = xonxoff
        self.rtscts = rtscts
        super().__init__(
            self._open,
            url,
            name=name,
            status=status,
            write_timeout=write_timeout,
            answer_timeout=answer_timeout,
            total_timeout=total_timeout,
            mute_for=mute_for,
        )

    def _open(self) -> Link:
        try:
            return SerialLink(
                self.url, self.baudrate, self.write_timeout, xonxoff=self.xonxoff, rtscts=self.rtscts
            )
        except OSError as error:
            raise NotSent(failure_text(self.url, error)) from error


class UsbPrinter(RawPrinter):
    """A printer on the system's own USB device, such as `/dev/usb/lp0`, opened for each job."""

    def __init__(
        self,
        path: str | Path,
        write_timeout: float = 10.0,
        *,
        name: str | None = None,
        status: Status = "auto",
        answer_timeout: float = 0.4,
        total_timeout: float = 180.0,
        mute_for: float = 300.0,
    ) -> None:
        self.path = Path(path)
        super().__init__(
            self._open,
            str(path),
            name=name,
            status=status,
            write_timeout=write_timeout,
            answer_timeout=answer_timeout,
            total_timeout=total_timeout,
            mute_for=mute_for,
        )

    def _open(self) -> Link:
        try:
            return UsbLink(self.path)
        except OSError as error:
            raise NotSent(failure_text(self.where, error, "lp")) from error
