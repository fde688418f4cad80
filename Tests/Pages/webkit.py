"""WebKitGTK, the engine that is nearest to Safari, on a display of its own."""

import os
import pathlib
import subprocess
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from waiting import wait


class WebKit:
    """One window, at an address of loopback: this engine has no list of names for tests."""

    def __init__(self, url):
        read, write = os.pipe()
        self._display = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "480x900x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as display:  # Xvfb ends if nobody reads the whole line
            number = display.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{number}", "LANG": "C.UTF-8", "NO_AT_BRIDGE": "1",
                       "GSETTINGS_BACKEND": "memory", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        service = Service("/usr/bin/WebKitWebDriver", env=environment)
        self.driver = webdriver.WebKitGTK(options=Options(), service=service)
        self.driver.set_window_size(400, 860)
        self.url = url
        self.driver.get(url)

    def one(self, selector, seconds=60):
        """The element, once it can be seen."""
        return wait(lambda: self._seen(selector), f"{selector} is there", seconds)

    def _seen(self, selector):
        try:
            elements = self.driver.find_elements(By.CSS_SELECTOR, selector)
            return next((element for element in elements if element.is_displayed()), None)
        except StaleElementReferenceException:
            return None  # the page drew itself again in between

    def press(self, selector):
        element = self.one(selector)
        self.driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
        time.sleep(0.1)
        element.click()

    def type(self, selector, text):
        self.one(selector).send_keys(text)

    def choose(self, selector, *paths: pathlib.Path):
        """Files for an input, which may be out of sight behind its label."""
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys("\n".join(str(path) for path in paths))

    def run(self, script):
        return self.driver.execute_async_script(
            f"const done = arguments[0]; (async () => {{ {script} }})().then(done);")

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def picture(self, path):
        self.driver.save_screenshot(str(path))

    def close(self):
        self.driver.quit()
        self._display.terminate()
        self._display.wait(20)
