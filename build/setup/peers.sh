# Independent engines that tests and benchmarks compare with: ONNX's checker, OpenCV, PyTorch, SciPy, scikit-learn, scikit-image, Pillow,
# and ONNX Runtime for browsers in Chromium; and ffmpeg, through which videos are read and written. None is needed to build or to run
# MLNetGen otherwise, and a test whose peer is absent is skipped.
peer_packages=(python3-onnx python3-opencv python3-torch python3-scipy python3-sklearn python3-skimage python3-pil chromium npm ffmpeg)

install_peers() {
  install_debian_packages "the comparison with other engines" "${peer_packages[@]}"
  install_npm_packages "$root/tests/peers/browser" "ONNX Runtime for browsers"
}
