namespace MLNetGen.Studio.Models;

/// <summary>
/// The eigenvectors of E[JᵀJ], J being how a decoder's pixels change with its code, by differences at some codes by chance: moving along the first changes pictures most. The codes themselves say
/// nothing of it, being the same in all directions.
/// </summary>
/// <param name="Directions">At right angles, of length 1, the largest number positive; the strongest first.</param>
/// <param name="Shares">Of all change, what each direction has.</param>
internal sealed record PrincipalDirections(IReadOnlyList<float[]> Directions, IReadOnlyList<double> Shares)
{
    private const int MostDimensions = 256, MostPlaces = 8, Pictures = 256, Seed = 1;
    private const float Step = 0.5f;
    private const double Tolerance = 1e-20;

    /// <param name="dimension">Of the codes.</param>
    /// <param name="sample">Codes by chance: how many, and their seed.</param>
    /// <param name="decode">Their pictures.</param>
    /// <param name="cancel">Gives up.</param>
    public static PrincipalDirections Of(int dimension, Func<int, int, float[][]> sample, Func<float[][], Picture[]> decode, CancellationToken cancel)
    {
        if (dimension > MostDimensions)
            throw new ArgumentException($"the model's codes have {dimension} numbers; directions are found for at most {MostDimensions}.");
        double[,] gram = new double[dimension, dimension];
        foreach (float[] place in sample(Math.Clamp(Pictures / dimension, 1, MostPlaces), Seed))
        {
            cancel.ThrowIfCancellationRequested();
            float[][] around = [place, .. Enumerable.Range(0, dimension).Select(i => { float[] moved = [.. place]; moved[i] += Step; return moved; })];
            Picture[] pictures = decode(around);
            float[][] changes = [.. pictures.Skip(1).Select(moved => moved.Pixels.Zip(pictures[0].Pixels, (a, b) => (float)(a - b)).ToArray())];
            for (int i = 0; i < dimension; i++)
            {
                for (int j = 0; j <= i; j++) gram[i, j] = gram[j, i] += System.Numerics.Tensors.TensorPrimitives.Dot<float>(changes[i], changes[j]);
            }
        }
        (double[] values, double[,] vectors) = Jacobi.Eigen(gram, Tolerance);
        int[] order = [.. Enumerable.Range(0, dimension).OrderByDescending(i => values[i])];
        double all = Math.Max(1e-30, values.Sum(value => Math.Max(0, value)));
        return new([.. order.Select(i => Signed([.. Enumerable.Range(0, dimension).Select(row => (float)vectors[row, i])]))], [.. order.Select(i => Math.Max(0, values[i]) / all)]);
    }

    private static float[] Signed(float[] vector) => vector.MaxBy(Math.Abs) < 0 ? [.. vector.Select(value => -value)] : vector;
}
