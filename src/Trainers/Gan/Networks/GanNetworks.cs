using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>The two networks of a GAN, by recipe.</summary>
internal static class GanNetworks
{
    public static Module<Tensor, Tensor> Generator(GanRecipe recipe) => recipe.Network switch
    {
        DcganNetwork.AnimeFace64 => new AnimeFaceGenerator(recipe.Shape),
        DcganNetwork.Mnist32 => new MnistGenerator(recipe.Shape),
        _ when recipe.PyTorchExample => new PyTorchExampleGenerator(recipe.Shape),
        _ => new PaperGenerator(recipe.Shape),
    };

    public static Module<Tensor, Tensor> Discriminator(GanRecipe recipe) => recipe.Network switch
    {
        DcganNetwork.AnimeFace64 => new AnimeFaceDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        DcganNetwork.Mnist32 => new MnistDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        _ when recipe.PyTorchExample => new PyTorchExampleDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
        _ => new PaperDiscriminator(recipe.Shape, recipe.DiscriminatorLayers),
    };
}
