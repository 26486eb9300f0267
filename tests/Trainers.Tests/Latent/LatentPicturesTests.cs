using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Tests.Latent;

/// <summary>Pictures of latent spaces, by decoders whose pictures tell the code.</summary>
public class LatentPicturesTests
{
    private const int Side = 8;

    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void A_manifold_runs_to_the_right_in_the_first_value_and_upwards_in_the_second()
    {
        Picture sheet = ml.Generative.DrawManifold(Decoder(dimension: 2), steps: 5);
        int cell = sheet.Width / 5;
        Assert.Equal(sheet.Height, sheet.Width);
        for (int row = 0; row < 5; row++)
        {
            for (int column = 0; column < 5; column++)
            {
                // −2.326 to 2.326: all but 1 % of the standard normal distribution on either side.
                (byte red, byte green, _) = At(sheet, (column * cell) + (cell / 2), (row * cell) + (cell / 2));
                Assert.Equal(Level(-2.326 + (2.326 * column / 2)), red);
                Assert.Equal(Level(2.326 - (2.326 * row / 2)), green);
            }
        }
    }

    [Fact]
    public void Codes_say_what_the_manifold_covers()
    {
        // 0 to 1 and −1 to 0 in steps of 1/200: 1 % on either side is two steps.
        IDataView codes = Codes(2, [.. Enumerable.Range(0, 201).Select(i => ("", new[] { i / 200f, -i / 200f }))]);
        Picture sheet = ml.Generative.DrawManifold(Decoder(dimension: 2), codes, steps: 2);
        int cell = sheet.Width / 2;
        Assert.Equal((Level(0.01), Level(-0.01)), Two(At(sheet, cell / 2, cell / 2)));
        Assert.Equal((Level(0.99), Level(-0.99)), Two(At(sheet, cell * 3 / 2, cell * 3 / 2)));

        static (byte, byte) Two((byte Red, byte Green, byte) color) => (color.Red, color.Green);
    }

    [Fact]
    public void A_code_line_is_decoded_in_the_middles_of_its_parts()
    {
        IDataView codes = Codes(1, [.. Enumerable.Range(0, 201).Select(i => (i < 100 ? "low" : "high", new[] { (i - 100) / 100f }))]);
        Picture sheet = ml.Generative.DrawCodeLine(Decoder(dimension: 1), codes, steps: 4);
        // The line reaches from −0.98 to 0.98; its parts' middles are ±0.735 and ±0.245.
        byte[] shown = [.. Enumerable.Range(0, sheet.Width).Select(x => At(sheet, x, sheet.Height - 20)).Where(color => color.Green == 0).Select(color => color.Red)];
        Assert.Equal([Level(-0.735), Level(-0.245), Level(0.245), Level(0.735)], shown.GroupBy(level => level).Where(group => group.Count() > 50).Select(group => group.Key));
    }

    [Fact]
    public void Points_lie_where_their_codes_are_in_their_labels_colours()
    {
        IDataView codes = Codes(2, ("a", [-1, -1]), ("b", [1, 1]), ("b", [1, -1]));
        Picture drawn = ml.Generative.DrawLatent(codes);
        (byte, byte, byte) a = (49, 104, 172), b = (236, 125, 32);
        // Three points cover all of the axes; the legend is right of them.
        (int X, int Y)[] first = Where(drawn, a), second = Where(drawn, b);
        Assert.NotEmpty(first);
        Assert.Equal(Middle(first).X, second.Min(place => place.X) - 560, 6.0);
        Assert.Equal(Middle(first).Y, second.Max(place => place.Y), 6.0);
        Assert.Equal(560, second.Max(place => place.Y) - second.Min(place => place.Y), 10.0);

        // Nearly their colour: dots let what is below them through. Of the plot alone.
        static (int X, int Y)[] Where(Picture picture, (int R, int G, int B) color) =>
        [
            .. from y in Enumerable.Range(0, picture.Height)
               from x in Enumerable.Range(0, 64 + 560 + 10)
               let at = At(picture, x, y)
               where Math.Abs(at.Red - (color.R * 0.75 + 57)) + Math.Abs(at.Green - (color.G * 0.75 + 57)) + Math.Abs(at.Blue - (color.B * 0.75 + 57)) < 40
               select (x, y),
        ];

        static (double X, double Y) Middle((int X, int Y)[] places) => (places.Average(place => place.X), places.Average(place => place.Y));
    }

    [Fact]
    public void Longer_codes_are_drawn_by_the_two_components_that_vary_most()
    {
        // Two groups far apart in one dimension of five: they are at the left and the right end, whatever the sign.
        var random = new Random(1);
        IDataView codes = Codes(5, [.. Enumerable.Range(0, 60).Select(i => (i % 2 == 0 ? "a" : "b", Enumerable.Range(0, 5).Select(d => random.NextSingle() + (d == 3 ? 50 * (i % 2) : 0)).ToArray()))]);
        Picture drawn = ml.Generative.DrawLatent(codes);
        int[] colored = [.. Enumerable.Range(64, 560).Where(x => Enumerable.Range(20, 560).Any(y => At(drawn, x, y) is var at && at.Blue + 60 < at.Red || at.Red + 60 < at.Blue))];
        Assert.DoesNotContain(colored, x => x is > 64 + 200 and < 64 + 360);
        Assert.Contains(colored, x => x < 64 + 200);
        Assert.Contains(colored, x => x > 64 + 360);
    }

    [Fact]
    public void Many_labels_and_none_are_drawn_too()
    {
        IDataView codes = Codes(2, [.. Enumerable.Range(0, 40).Select(i => ($"{i}", new[] { i, (float)(i * i) }))]);
        Assert.True(ml.Generative.DrawLatent(codes).Width > ml.Generative.DrawLatent(codes, labelColumnName: null).Width);
    }

    [Fact]
    public void Reconstructions_lie_under_their_pictures_the_worst_first_where_asked()
    {
        IDataView rows = ml.Data.LoadFromEnumerable(new[] { 10, 200, 90 }.Select(grey => new Pair { Image = Grey(grey).ToImage(), Reconstruction = Grey(grey + 20).ToImage(), ReconstructionError = [grey / 1000f] }).ToArray());
        Picture asTheyAre = ml.Generative.DrawReconstructions(rows, columns: 3), worst = ml.Generative.DrawReconstructions(rows, columns: 3, worstFirst: true);
        Assert.Equal([10, 200, 90], Tops(asTheyAre));
        Assert.Equal([200, 90, 10], Tops(worst));
        Assert.Equal(ContactSheet.Draw([.. new[] { 10, 200, 90 }.Select(grey => (PictureGrid.Draw([Grey(grey), Grey(grey + 20)], columns: 1, gap: 0), $"0.0{grey:000}"[..6]))], columns: 3).Pixels.Length, asTheyAre.Pixels.Length);

        // Upper halves of the cells, along a line a quarter of a cell down.
        static int[] Tops(Picture sheet) =>
            [.. Enumerable.Range(0, 3).Select(i => (int)At(sheet, (int)((i + 0.5) * sheet.Width / 3), 12 + 10).Red)];
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        IDataView line = Codes(1, ("", [1]), ("", [2])), plane = Codes(2, ("", [1, 2]), ("", [1, 2]));
        Assert.Contains("DrawCodeLine", Assert.Throws<ArgumentException>(() => ml.Generative.DrawLatent(line)).Message);
        Assert.Contains("DrawLatent", Assert.Throws<ArgumentException>(() => ml.Generative.DrawCodeLine(Decoder(2), plane)).Message);
        Assert.Contains("needs 2", Assert.Throws<ArgumentException>(() => ml.Generative.DrawManifold(Decoder(1), line)).Message);
        Assert.Contains("the same in dimension 0", Assert.Throws<ArgumentException>(() => ml.Generative.DrawManifold(Decoder(2), plane)).Message);
        Assert.Throws<ArgumentException>(() => ml.Generative.DrawLatent(ml.Data.TakeRows(plane, 1)));
        Assert.Throws<ArgumentException>(() => ml.Generative.DrawReconstructions(plane));
    }

    // A picture whose red is the first value and whose green the second, from −4 to 4.
    private ITransformer Decoder(int dimension)
    {
        SchemaDefinition input = SchemaDefinition.Create(typeof(Code)), output = SchemaDefinition.Create(typeof(Drawn));
        input["Latent"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimension);
        output["Image"].ColumnType = new ImageDataViewType(Side, Side);
        return ml.Transforms.CustomMapping<Code, Drawn>(
            (code, drawn) =>
            {
                byte[] color = [Level(code.Latent[0]), dimension > 1 ? Level(code.Latent[1]) : (byte)0, 0];
                drawn.Image = new Picture(Side, Side, 3, [.. Enumerable.Repeat(color, Side * Side).SelectMany(pixel => pixel)]).ToImage();
            },
            null, input, output).Fit(ml.Data.LoadFromEnumerable(Array.Empty<Code>(), input));
    }

    private static byte Level(double value) => (byte)Math.Round((value + 4) / 8 * 255);

    private static Picture Grey(int level) => new(Side, Side, 1, [.. Enumerable.Repeat((byte)level, Side * Side)]);

    private static (byte Red, byte Green, byte Blue) At(Picture picture, int x, int y)
    {
        int place = ((y * picture.Width) + x) * 3;
        return (picture.Pixels[place], picture.Pixels[place + 1], picture.Pixels[place + 2]);
    }

    private IDataView Codes(int dimension, params (string Label, float[] Code)[] rows)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(LabelledCode));
        schema["Latent"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimension);
        return ml.Data.LoadFromEnumerable(rows.Select(row => new LabelledCode { Label = row.Label, Latent = row.Code }).ToArray(), schema);
    }

    private sealed class Code
    {
        public float[] Latent { get; set; } = [];
    }

    private sealed class LabelledCode
    {
        public string Label { get; set; } = "";

        public float[] Latent { get; set; } = [];
    }

    private sealed class Drawn
    {
        [ImageType(Side, Side)]
        public MLImage? Image { get; set; }
    }

    private sealed class Pair
    {
        [ImageType(Side, Side)]
        public MLImage? Image { get; set; }

        [ImageType(Side, Side)]
        public MLImage? Reconstruction { get; set; }

        [VectorType(1)]
        public float[] ReconstructionError { get; set; } = [];
    }
}
