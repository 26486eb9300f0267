using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNetGen.Onnx;
using MLNetGen.Onnx.Format;

namespace MLNetGen.Evaluation;

/// <summary>
/// ResNet-18's file made one of this library's own extractors: any number of pictures at a time; pixels in [0, 1], red first, which it enlarges smoothly to 224×224
/// (bicubic, as Pillow does it: Parmar et al. 2022, arXiv:2104.11222, on what other resizing does to such figures) and takes the mean picture from.
/// </summary>
internal static class ResNet18Graph
{
    private const int Size = 224;
    private const string Batch = "N";

    /// <param name="network">The package's file ResNet18.onnx; the one that prepares its input lies two folders beside it.</param>
    /// <param name="imageSize">Height and width of the pictures; 0 for the network's own 224, to which they are made smooth before.</param>
    /// <param name="path">The file to write.</param>
    public static void Write(string network, int imageSize, string path)
    {
        byte[] bytes = File.ReadAllBytes(network);
        ModelProto model = Protos.Parse(new MemoryStream(bytes), $"'{network}'");
        GraphProto graph = model.Graph;
        HashSet<string> weights = [.. graph.Initializer.Select(tensor => tensor.Name)];
        string input = graph.Input.Single(value => !weights.Contains(value.Name)).Name, output = graph.Output.Single().Name;
        int size = imageSize == 0 ? Size : imageSize;

        // The file is of an older format: weights were inputs too, and a normalisation told whether it was by channel.
        foreach (NodeProto node in graph.Node.Where(node => node.OpType == "BatchNormalization"))
            node.Attribute.Become(node.Attribute.Where(attribute => attribute.Name != "spatial"));
        model.IrVersion = 8;
        model.OpsetImport.Become([new OperatorSetIdProto { Version = 18 }]);
        // They say that there is one picture.
        graph.ValueInfo.Clear();
        graph.Input.Become([Value(ExtractorModel.Pixels, Batch, 3, size, size)]);
        graph.Output.Become([Value(ExtractorModel.Features, Batch, FeaturesOf(graph))]);
        graph.Initializer.AddRange(
        [
            Tensor("sizes", OnnxElementType.Int64, (long[])[Size, Size], 2), Tensor("least", OnnxElementType.Float, (float[])[0]), Tensor("most", OnnxElementType.Float, (float[])[1]), Tensor("levels", OnnxElementType.Float, (float[])[255]),
            Tensor("blueFirst", OnnxElementType.Int64, (long[])[2, 1, 0], 3), Mean(network),
        ]);
        graph.Node.Become(
        [
            Protos.Node("Resize", "resize", [ExtractorModel.Pixels, "", "", "sizes"], ["resized"],
                ("mode", "cubic"), ("cubic_coeff_a", -0.5), ("antialias", 1L), ("axes", (long[])[2, 3])),
            // A hard edge overshoots.
            Protos.Node("Clip", "clip", ["resized", "least", "most"], ["clipped"]),
            Protos.Node("Mul", "scale", ["clipped", "levels"], ["scaled"]),
            Protos.Node("Gather", "reverse", ["scaled", "blueFirst"], ["reversed"], ("axis", 1L)),
            Protos.Node("Sub", "centre", ["reversed", "mean"], [input]),
            .. graph.Node,
            Protos.Node("Flatten", "flatten", [output], [ExtractorModel.Features]),
        ]);
        ExtractorModel.AddMetadata(model, new()
        {
            ["description"] = $"ResNet-18 of ImageNet, pictures at {size}×{size}{(size == Size ? "" : $" enlarged to {Size}×{Size}")}",
            ["hash"] = ExtractorModel.HashOf(bytes),
            ["smooth"] = imageSize == 0 ? "true" : "false",
        });
        SafeFile.WriteAllBytes(path, model.ToByteArray());
    }

    private static long FeaturesOf(GraphProto graph) => graph.Output.Single().Type.TensorType.Shape.Dim[1].DimValue;

    private static TensorProto Mean(string network)
    {
        TensorProto mean = ResNet18File.MeanPicture(network).Clone();
        mean.Name = "mean";
        return mean;
    }

    private static TensorProto Tensor<T>(string name, OnnxElementType type, T[] values, params long[] shape)
        where T : unmanaged =>
        Protos.Tensor(name, (int)type, ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values)), shape);

    private static ValueInfoProto Value(string name, string batch, params long[] lengths) => Protos.Value(name, OnnxElementType.Float, new()
    {
        Dim = { (TensorShapeProto.Types.Dimension[])[new() { DimParam = batch }, .. lengths.Select(length => new TensorShapeProto.Types.Dimension { DimValue = length })] },
    });
}
