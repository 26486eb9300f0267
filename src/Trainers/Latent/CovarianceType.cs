namespace MLNetGen;

/// <summary>Which covariances the components of a <see cref="GaussianMixture"/> may have.</summary>
public enum CovarianceType
{
    /// <summary>Any: ellipsoids in any direction. Dimension · (dimension + 1) / 2 numbers each, which need as many rows and more.</summary>
    Full,

    /// <summary>A variance for each dimension: ellipsoids along the axes.</summary>
    Diagonal,
}
