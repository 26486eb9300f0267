// Writes a network as network.onnx and says how far ONNX Runtime's numbers are from TorchSharp's.
//   dotnet run -c Release --project examples/Export
using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// Before TorchSharp is first used: on Debian 12 and Ubuntu 22.04 its library loads only then.
TorchLibrary.Prepare();

using var network = Sequential(
    Conv2d(3, 16, 3, padding: 1), BatchNorm2d(16), ReLU(), MaxPool2d(2), Flatten(), Linear(16 * 16 * 16, 10), Softmax(1));
Tensor example = rand(1, 3, 32, 32);

OnnxExporter.Export(network, example, "network.onnx");
Console.WriteLine(OnnxCheck.CompareRandom(network, "network.onnx", example));
