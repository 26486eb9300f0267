using static TorchSharp.torch;

namespace MLNetGen.Vae;

/// <summary>After every epoch, two pictures in the workspace: new samples (the same z each time), and originals beside their reconstructions.</summary>
internal sealed class VaeSnapshots(string workspace, NetworkInput column, int latentDimension)
{
    private const int Columns = 8;
    private const int Samples = 64;
    private const int Pairs = 32;

    private readonly float[] latent = LatentNoise.Rows(0, Samples, latentDimension);

    public static string PathOf(string workspace, string kind, int epoch) => Path.Combine(workspace, kind, $"epoch-{epoch:D3}.png");

    public void Take(VaeNetwork network, BatchFeed rows, int epoch, Device device)
    {
        if (column.Shape.Length != 3)
            return;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        Tensor drawn = network.Decoder.call(tensor(latent, [Samples, latentDimension], device: device)).sigmoid();
        Save("samples", epoch, drawn, Columns);

        Tensor originals = rows.Slice(0, Pairs);
        (Tensor mean, _) = network.Encoder.call(originals);
        Tensor again = network.Decoder.call(mean).sigmoid();
        Save("reconstructions", epoch, stack([originals, again], 1).flatten(0, 1), Columns);
    }

    private void Save(string folder, int epoch, Tensor pictures, int columns)
    {
        PictureGrid.Save(PathOf(workspace, folder, epoch), pictures.ToPictures(), columns);
    }
}
