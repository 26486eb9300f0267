using static TorchSharp.torch;

namespace MLNetGen.Tests.Training.Pipelines;

public sealed class OnnxBundleTests
{
    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_and_says_where_the_weights_are()
    {
        Toy toy = new();
        Assert.True(Directory.Exists(toy.Folder));
        IOException error = Assert.Throws<IOException>(() => OnnxBundle.Use(toy, files => files.WriteWhereAFolderIs()));
        Assert.StartsWith("the trained model's ONNX files cannot be written: Cannot write '", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" The weights are elsewhere.", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(toy.Folder));
    }

    private sealed class Toy() : OnnxBundle("toy", null, "The weights are elsewhere.")
    {
        private const string Name = "toy.onnx";

        public string Folder => Path.GetDirectoryName(PathOf(Name))!;

        public double WriteWhereAFolderIs()
        {
            Directory.CreateDirectory(Path.Combine(PathOf(Name), "taken"));
            using nn.Module<Tensor, Tensor> one = nn.Identity();
            return Write(one, [zeros(1, 1)], Name, new() { ModelName = "toy", InputNames = ["x"], OutputNames = ["y"] });
        }
    }
}
