using Microsoft.ML;
using MLNetGen.Latent;

namespace MLNetGen;

/// <summary>Puts <c>SaveLatentPictures</c> into <c>mlContext.Generative</c>.</summary>
public static class LatentPictures
{
    extension(GenerativeCatalog catalog)
    {
        /// <summary>
        /// Writes what a VAE's report shows of its latent space (<see cref="OnnxChainTransformer{TEpoch, TTest}.SaveReport"/> into the same folder, afterwards): new pictures over their nearest
        /// training pictures; codes by label, where rows have labels; the plane of codes, of latent dimension 2; ways between held-out pictures, of a VAE of classes between two of
        /// one class each. Of a VAE of vectors that are no pictures, the codes alone.
        /// </summary>
        /// <param name="vae">A VAE that was just trained.</param>
        /// <param name="training">The rows that it was trained on; their pictures are held in memory as bytes, at most 64 pixels high.</param>
        /// <param name="heldOut">Rows that it was not trained on; 2,000 of them, evenly spread, are coded.</param>
        /// <param name="folder">Where to. A picture that cannot be made is left out, and the context's log says why; an older one of its name is deleted.</param>
        /// <param name="imageColumnName">The column that the VAE was trained on.</param>
        /// <param name="labelColumnName">A column of labels, as of <see cref="LatentCatalog.DrawLatent"/>; where there is none, or null is given, nothing is drawn by label.</param>
        public void SaveLatentPictures(VaeTransformer vae, IDataView training, IDataView heldOut, string folder, string imageColumnName = "Image", string? labelColumnName = "Label")
        {
            ArgumentNullException.ThrowIfNull(vae);
            ArgumentNullException.ThrowIfNull(training);
            ArgumentNullException.ThrowIfNull(heldOut);
            ArgumentNullException.ThrowIfNull(folder);
            string? label = labelColumnName is not null && heldOut.Schema.GetColumnOrNull(labelColumnName) is not null ? labelColumnName : null;
            LatentPictureDrawing drawing = new(catalog, vae, heldOut, imageColumnName, label);
            foreach ((string name, Func<Picture?> draw) in ((string, Func<Picture?>)[])
            [
                (NearestPictures.ReportFileName, () => drawing.Nearest(training)),
                (LatentPage.Codes, drawing.Codes),
                (LatentPage.Plane, drawing.Plane),
                (LatentPage.Ways, drawing.Ways),
            ])
            {
                string path = Path.Combine(folder, name);
                if (OptionalPicture.Try($"the report has no {name}", () =>
                {
                    File.Delete(path);
                    draw()?.Save(path);
                }) is { } missing)
                {
                    HostLog.Warning(catalog.Context, "vae", missing);
                }
            }
        }
    }
}
