using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Examples.LatentSpace;

/// <summary>A picture to judge.</summary>
internal sealed class Photo
{
    public MLImage? Image { get; set; }

    /// <summary>1 where it is unlike what the VAE learnt from.</summary>
    public float Unusual { get; set; }

    /// <summary>The pictures as they are, and every fourth also turned on its side.</summary>
    public static IEnumerable<Photo> Mixed(MLContext ml, IDataView pictures)
    {
        int row = 0;
        foreach (Photo photo in ml.Data.CreateEnumerable<Photo>(pictures, reuseRowObject: false, ignoreMissingColumns: true))
        {
            Picture picture = Picture.FromImage(photo.Image!);
            yield return new Photo { Image = picture.ToImage() };
            if (row++ % 4 == 0)
                yield return new Photo { Image = OnItsSide(picture).ToImage(), Unusual = 1 };
        }
    }

    private static Picture OnItsSide(Picture picture)
    {
        byte[] turned = new byte[picture.Pixels.Length];
        for (int y = 0; y < picture.Height; y++)
            for (int x = 0; x < picture.Width; x++)
                picture.Pixels.AsSpan(((y * picture.Width) + x) * picture.Channels, picture.Channels).CopyTo(turned.AsSpan(((x * picture.Height) + y) * picture.Channels));
        return new Picture(picture.Height, picture.Width, picture.Channels, turned);
    }
}
