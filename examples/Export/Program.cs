// Writes torchvision's ResNet-18 as resnet18.onnx and says how far ONNX Runtime's numbers are from TorchSharp's.
//   dotnet run -c Release --project examples/Export
using MLNetGen.Export;
using TorchSharp;
using static TorchSharp.torch;

// Before TorchSharp is first used: on Debian 12 and Ubuntu 22.04 its library loads only then.
TorchLibrary.Prepare();

using var network = torchvision.models.resnet18();
Tensor example = rand(1, 3, 224, 224);

OnnxExporter.Export(network, example, "resnet18.onnx");
Console.WriteLine(OnnxCheck.CompareRandom(network, "resnet18.onnx", example));
