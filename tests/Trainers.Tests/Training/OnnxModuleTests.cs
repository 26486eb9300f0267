using Microsoft.ML;
using MLNetGen.Export;
using MLNetGen.Onnx;
using static TorchSharp.torch;

namespace MLNetGen.Tests.Training;

/// <summary>What every family ships comes back as modules that can be trained, and is written again.</summary>
public sealed class OnnxModuleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string> Families { get; } = new(Family.All.Keys);

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Families))]
    public void A_familys_files_are_modules_again(string family)
    {
        string target = Path.Combine(folder.Path, "onnx");
        ITransformer model = Family.All[family].Create(ml, new() { Folder = folder.Path }).Fit(Family.Rows(ml));
        using ((IDisposable)model)
        {
            switch (model)
            {
                case OnnxChainTransformer chain: chain.SaveOnnx(target); break;
                case StyleTransferTransformer style: style.SaveOnnx(target); break;
                default: ((SuperResolutionTransformer)model).SaveOnnx(target); break;
            }
        }

        string[] files = Directory.GetFiles(target, "*.onnx");
        Assert.NotEmpty(files);
        Assert.All(files, path =>
        {
            using var scope = NewDisposeScope();
            using OnnxModule loaded = OnnxModule.Load(path);
            Assert.NotNull(loaded.Parity);
            Assert.Null(loaded.OnlyBatch);
            Assert.Equal(OnnxSummary.Read(path).Parameters, loaded.parameters().Sum(parameter => parameter.numel()));
            if (loaded.parameters().Any())
            {
                Tensor[] outputs = loaded.Run([.. OnnxSummary.Read(path).Inputs.Select(Example)]);
                Tensor[] trained = [.. outputs.Where(output => output.requires_grad)];
                // Pictures of bytes have no gradients.
                Assert.True(trained.Length > 0 || outputs[0].dtype == ScalarType.Byte);
            }
        });
    }

    private static Tensor Example(OnnxTensorInfo input)
    {
        long[] shape = [.. input.Shape!.Select((length, axis) => long.TryParse(length, out long fixedLength) ? fixedLength : axis == 0 ? 2 : 32)];
        return input.ElementType switch
        {
            "float32" => rand(shape),
            "uint8" => randint(0, 256, shape, ScalarType.Byte),
            _ => zeros(shape, ScalarType.Int64),
        };
    }
}
