using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Latent;

/// <summary>The pictures of a VAE's latent space for its report; each is null where it does not apply.</summary>
internal sealed class LatentPictureDrawing
{
    private const string Latent = LatentRows.ColumnName, Image = "Image";
    private const int MostCodes = 2000, NewPictures = 24, MostWays = 8, Steps = 8, Seed = 1;

    private readonly GenerativeCatalog catalog;
    private readonly VaeTransformer vae;
    private readonly IDataView rows;
    private readonly string imageColumn;
    private readonly string? labelColumn;
    private readonly bool arePictures;

    // Coded once, for all pictures. Where that fails, each of them says so.
    private readonly Lazy<(IDataView Rows, List<(float[] Code, string Label)> Read)> codes;

    public LatentPictureDrawing(GenerativeCatalog catalog, VaeTransformer vae, IDataView heldOut, string imageColumn, string? labelColumn)
    {
        (this.catalog, this.vae, this.imageColumn, this.labelColumn) = (catalog, vae, imageColumn, labelColumn);
        rows = RowSubset.Spread(heldOut, MostCodes);
        arePictures = heldOut.Schema.GetColumnOrNull(imageColumn)?.Type is ImageDataViewType;
        codes = new(() =>
        {
            string[] kept = labelColumn is null ? [Latent] : [Latent, labelColumn];
            IDataView coded = vae.Transform(rows);
            coded = catalog.Context.Data.Cache(catalog.Context.Transforms.SelectColumns(kept).Fit(coded).Transform(coded), kept);
            return (coded, labelColumn is null ? [.. LatentPath.Read(coded, Latent).Select(code => (code, ""))] : LabelledCodes.Read(catalog.Context, coded, Latent, labelColumn));
        });
    }

    public Picture? Nearest(IDataView training)
    {
        if (!arePictures)
            return null;
        int[]? classes = vae.ClassCount > 0 ? [.. Enumerable.Range(0, vae.ClassCount)] : null;
        IDataView drawn = vae.Decoder.Transform(catalog.SampleLatent(NewPictures, vae.LatentDimension, Seed, classes: classes));
        if (imageColumn != Image)
            drawn = catalog.Context.Transforms.CopyColumns(imageColumn, Image).Fit(drawn).Transform(drawn);
        return catalog.FindNearestPictures(drawn, training, imageColumn).Draw();
    }

    public Picture? Codes()
    {
        if (labelColumn is null || codes.Value.Read.Select(row => row.Label).Distinct().Take(2).Count() < 2)
            return null;
        return vae.LatentDimension > 1 ? catalog.DrawLatent(codes.Value.Rows, labelColumnName: labelColumn)
            : arePictures ? catalog.DrawCodeLine(vae.Decoder, codes.Value.Rows, labelColumnName: labelColumn, classIndex: FirstClass) : null;
    }

    public Picture? Plane() => arePictures && vae.LatentDimension == 2 ? catalog.DrawManifold(vae.Decoder, codes.Value.Rows, classIndex: FirstClass) : null;

    public Picture? Ways()
    {
        if (!arePictures)
            return null;
        (int From, int To, int? Class)[] ways = vae.ClassCount > 0 ? WithinClasses() : Anywhere();
        if (ways.Length == 0)
            return null;
        int[] ends = [.. ways.SelectMany(way => (int[])[way.From, way.To]).Order()];
        bool[] marked = new bool[codes.Value.Read.Count];
        foreach (int row in ends) marked[row] = true;
        Dictionary<int, Picture> pictures = ends.Zip(ImageColumn.Read(new RowSubset(rows, marked, isKept: true), imageColumn)).ToDictionary(end => end.First, end => end.Second);
        return PictureGrid.Draw([.. ways.SelectMany(way => Way(pictures[way.From], pictures[way.To], way))], Steps + 3);
    }

    private int? FirstClass => vae.ClassCount > 0 ? 0 : null;

    // Of a folder the neighbours are of one class: each is paired with one of the other half.
    private (int, int, int?)[] Anywhere()
    {
        int count = codes.Value.Read.Count, ways = Math.Min(MostWays, count / 2);
        return [.. Enumerable.Range(0, ways).Select(way => (way * count / (2 * ways), (way + ways) * count / (2 * ways), (int?)null))];
    }

    private (int, int, int?)[] WithinClasses()
    {
        ILookup<string, int> rowsOf = codes.Value.Read.Index().ToLookup(row => row.Item.Label, row => row.Index);
        return
        [
            .. vae.ClassNames.Select((name, index) => (Rows: rowsOf[name].Take(2).ToArray(), Class: index)).Where(of => of.Rows.Length == 2).Take(MostWays)
                .Select(of => (of.Rows[0], of.Rows[1], (int?)of.Class)),
        ];
    }

    private IEnumerable<Picture> Way(Picture first, Picture last, (int From, int To, int? Class) way)
    {
        List<float[]> path = LatentPath.Read(LatentPath.Create([codes.Value.Read[way.From].Code, codes.Value.Read[way.To].Code], Steps, LatentInterpolation.Spherical, closed: false), Latent);
        List<Picture> decoded = ImageColumn.Read(vae.Decoder.Transform(
            LatentRows.Create(path.Count, vae.LatentDimension, (row, values) => path[row].CopyTo(values), way.Class is { } one ? [one] : null)), Image);
        Picture AsDecoded(Picture picture) => PictureResize.ToCover(picture, decoded[0].Width, decoded[0].Height);
        return [AsDecoded(first), .. decoded, AsDecoded(last)];
    }
}

/// <summary>These pictures on a report's page.</summary>
internal static class LatentPage
{
    public const string Codes = "latent-codes.png", Plane = "latent-plane.png", Ways = "interpolations.png";

    /// <summary>Adds those that are in a folder.</summary>
    /// <param name="page">The page.</param>
    /// <param name="folder">Where the run left its files.</param>
    /// <param name="hasClasses">Whether the VAE is one of classes.</param>
    public static void LatentPictures(this HtmlReport page, string folder, bool hasClasses)
    {
        page.NearestPictures(folder);
        page.PictureWhereMade("Between two pictures", "In every row a picture that the network did not train on at either end; between them the way from its code to the other's, decoded."
            + (hasClasses ? " Both ends are of one class." : ""), Path.Combine(folder, Ways));
        page.PictureWhereMade("Codes by label", "Of pictures that the network did not train on.", Path.Combine(folder, Codes));
        page.PictureWhereMade("What the plane of codes decodes to", "Equally spaced codes, the first number to the right, the second upwards; the range is the middle 98 % of the codes on either axis."
            + (hasClasses ? " Of the first class." : ""), Path.Combine(folder, Plane));
    }
}
