namespace MLNetGen.Export.Tests.Docs;

public class SupportedLayersTests
{
    [Fact]
    public void The_table_of_supported_layers_says_what_exporting_them_does()
    {
        string table = SupportedLayers.Table;
        if (ExporterPage.IsToBeUpdated) ExporterPage.Table = table;
        Assert.True(table == ExporterPage.Table, "docs/exporter.md's table of supported layers is not what the layers export as: run these tests with " +
            $"MLNETGEN_UPDATE_DOCS=1, which rewrites it. It should be:\n{table}");
    }

    [Fact]
    public void The_table_has_every_layer_that_can_be_exported()
    {
        // Pictures in and out are options, and layers only where someone wants them elsewhere.
        IEnumerable<string> glue = typeof(OnnxExporter).Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IOnnxConvertible).IsAssignableFrom(type)).Select(type => type.Name)
            .Except([nameof(PixelInput), nameof(PixelOutput)]);
        Assert.All(OnnxConverters.BuiltInNames.Concat(glue), layer => Assert.Contains($"| {layer} |", SupportedLayers.Table));
    }
}
